//! Replies in Spanish.

use super::{Kind, Words};

pub(super) const WORDS: Words = Words {
    greeting: "Hola {name}:",
    greeting_nameless: "Hola:",
    closing: "Un cordial saludo\nSu servicio de atención al cliente",
    refund_settled: "Le hemos reembolsado {amount} por su pedido{order}. El dinero vuelve por el mismo \
         medio con el que pagó; con algunos bancos tarda unos días laborables.",
    body,
};

#[expect(clippy::too_many_lines, reason = "a text for each kind")]
fn body(kind: Kind) -> &'static str {
    match kind {
        Kind::InTransit => {
            "Su pedido{order} está en camino. Puede seguirlo con el enlace de su correo de \
             envío. Si no se mueve durante varios días, escríbanos y preguntaremos al \
             transportista."
        }
        Kind::Delivered => {
            "El transportista nos indica que su pedido{order} fue entregado. Mire por favor \
             en el buzón, con los vecinos y en la portería. Si no está allí, responda a este \
             mensaje y lo investigaremos."
        }
        Kind::Delayed => {
            "Su pedido{order} llega más tarde de lo previsto y lo sentimos. No se ha perdido; \
             el transportista se está ocupando. Estaremos pendientes de él."
        }
        Kind::NotShippedYet => {
            "Su pedido{order} todavía no se ha enviado. Recibirá un correo con el enlace de \
             seguimiento en cuanto salga de nuestro almacén."
        }
        Kind::RefundProcessing => {
            "El reembolso de su pedido{order} se está tramitando. Le escribiremos en cuanto \
             se complete. No tiene que hacer nada más."
        }
        Kind::RefundOutsidePolicy => {
            "Hemos revisado su pedido{order}. Lamentablemente no es posible un reembolso, \
             porque no se cumplen las condiciones de nuestra política de reembolsos. Si cree \
             que se nos ha escapado algo, responda a este mensaje y lo leerá una persona."
        }
        Kind::AlreadyRefunded => {
            "Su pedido{order} ya fue reembolsado, por lo que no podemos reembolsarlo otra \
             vez. Con algunos bancos pasan unos días laborables hasta que se ve el dinero."
        }
        Kind::PhotoNeeded => {
            "Sentimos que haya un problema con su pedido{order}. Envíenos por favor en su \
             respuesta una foto del artículo y del embalaje para que podamos ayudarle \
             rápidamente."
        }
        Kind::HandedToPerson => {
            "Gracias por su mensaje sobre su pedido{order}. Una persona de nuestro equipo lo \
             revisará y le responderá."
        }
        Kind::ReturnInstructions => {
            "Puede devolver su pedido{order}. Embale bien los artículos, incluya el albarán y \
             utilice la etiqueta de devolución de nuestra página web. En cuanto el paquete \
             llegue y lo hayamos revisado, le escribiremos."
        }
        Kind::Cancelled => "Su pedido{order} ha sido cancelado. No se enviará.",
        Kind::AddressFixed => {
            "La dirección de su pedido{order} ya no se puede cambiar, porque el paquete se \
             está preparando o está en camino. Con el enlace de seguimiento puede pedir al \
             transportista que lo desvíe."
        }
        Kind::Thanks => {
            "Muchas gracias por sus amables palabras. Nos alegra haber podido ayudar. Si \
             necesita algo más, escríbanos."
        }
        Kind::OrderNeeded => {
            "Gracias por su mensaje. No hemos encontrado el pedido del que se trata. Envíenos \
             por favor el número de pedido; lo encontrará en el correo con el que confirmamos \
             su compra."
        }
        Kind::ReasonNeeded => {
            "Gracias por su mensaje sobre su pedido{order}. Díganos por favor en pocas \
             palabras qué ocurre, para que podamos ayudarle: ¿no ha llegado, está dañado o no \
             es lo que había pedido?"
        }
        Kind::AlreadySent => {
            "Su pedido{order} ya ha salido de nuestro almacén y no se puede cancelar. Si no \
             quiere quedárselo, puede devolverlo en cuanto haya llegado."
        }
        Kind::ReadyForPickup => {
            "Su pedido{order} está listo para que lo recoja. El transportista le ha indicado \
             por correo o con un aviso dónde está. Lleve por favor un documento de identidad; \
             después de unos días el paquete vuelve a nosotros."
        }
        Kind::SeemsLost => {
            "Su pedido{order} no se mueve desde hace mucho tiempo y parece que se ha perdido. \
             Lo sentimos. Díganos por favor si prefiere que le devolvamos el dinero o que le \
             enviemos otro paquete."
        }
        Kind::ReturnTooLate => {
            "El plazo para devolver su pedido{order} ya ha terminado, por lo que no podemos \
             aceptarlo. Si el artículo tiene algún defecto, responda a este mensaje y díganos \
             cuál es."
        }
        Kind::StatementNeeded => {
            "El transportista nos indica que su pedido{order} fue entregado. Pregunte por \
             favor a los vecinos y, si nadie lo tiene, envíenos en su respuesta una breve \
             declaración firmada de que no lo ha recibido."
        }
    }
}
