//! French.

use super::Idea as I;
use crate::pattern::Row;

pub(super) const WORDS: &[Row<I>] = &[
    (
        I::Not,
        1,
        "pas!, rien!, jamais, aucun*, personne, sans!, ni!, zéro, plus rien, nulle part, non!",
    ),
    (
        I::Parcel,
        1,
        "colis, paquet*, commande*, livraison*, envoi!, achat*, article*, marchandise, carton, cadeau*, cde!, truc!, trucs, affaires, produit!",
    ),
    (
        I::Arrive,
        1,
        "arriv*, reçu!, reçue, reçus, recevoir, reçois, recevrai, recevrais, parvenu*, venir, venu*, vient, livrer, eu mon, eu ma, eu le, débarqué, atterri, récupérer mon colis, l'avoir, serai livré, serons livrés, vu la couleur, reçoit, est là, sera là, pas là, être là, sont là, toujours là, encore là, bien là",
    ),
    (
        I::Dropped,
        1,
        "livré*, livrée, déposé*, remis!, remise, remis en main, laissé*, distribué*, signé*, réceptionné*, mis dans, donné à",
    ),
    (
        I::Courier,
        1,
        "livreur*, facteur*, transporteur*, dépôt, colissimo, chronopost, mondial relay, dpd, dhl, ups!, la poste, gls!, relais colis, entrepôt, centre de tri, coursier, messagerie",
    ),
    (
        I::Claimed,
        1,
        "d'après, selon!, dit!, disent, indique*, affiche*, marqué*, noté*, statut, soi disant, soi-disant, prétend*, paraît, parait, suivi!, annonce*, preuve de livraison, censé, mentionn*, apparaît comme",
    ),
    (
        I::Lost,
        1,
        "perdu*, perdre, égaré*, disparu*, volé*, introuvable*, évaporé, sans trace, aucune trace, pas de trace, ne retrouve*, retrouve plus, retrouvent plus, perte, envolé, volatilisé, nulle part, litige transporteur, toujours rien, tjs rien, tjrs rien, encore rien, non livraison, non réception, mains vides, absence de livraison, défaut de livraison, voler!, me le voler, dû me le voler",
    ),
    (
        I::Door,
        1,
        "voisin*, porte!, boîte aux lettres, boite aux lettres, bal!, garage, poubelle*, palier, gardien*, concierge, sonné, sonnette, interphone, avis de passage, chez moi, à la maison, inconnu*, hall!, jardin ~ rien, portail, quelqu'un d'autre, devant la porte, paillasson, entrée de l immeuble",
    ),
    (
        I::Seen,
        1,
        "vu!, vue!, trouvé!, trouve!, l'ai!, ai pas, l'a vu, fouillé, cherché, ai rien, vois",
    ),
    (
        I::Wait,
        1,
        "attend*, attente, patien*, poireaut*, patience, j abandonne, abandonne!, lasse d attendre, marre d attendre",
    ),
    (
        I::Span,
        1,
        "jour!, jours, semaine*, mois!, longtemps, depuis, heures, quinzaine, an!, fait ~ jours|semaines|mois, week end",
    ),
    (
        I::When,
        1,
        "quand, combien de temps, délai!, délais, date!, dans combien, vers quelle, d'ici, pour quand, quel jour, espérer, compter, à temps, bientôt, estimé*, prévu*, qd!, c est pour quand, arrive bientôt, arrive quand, livraison prévue, encore combien, quel délai, recevrai je, sera là, sera-t-il là",
    ),
    (
        I::Where,
        1,
        "où en, où est, se passe, passe ~ avec, qu'est devenu, que devient, devenu*, est ou, c'est ou, en est, localis*, où ça en est, où en êtes, où se trouve, il est passé, elle est passée, est passé, est passée, où j en suis, qu en est il, où sont, où se, où puis, où a!, où il, où elle, mais où, d où, savoir où, sais où, où dois, ou se trouve, où sera, où reste",
    ),
    (
        I::News,
        1,
        "nouvelle!, nouvelles, statut, état!, suivi!, avancement, silence, bouge*, bouge pas, bloqué*, coincé*, en préparation, en cours, étiquette créée, mise à jour, point!, évolution, évolue, tracking, info!, infos, silence radio, traitement, renseign*, numéro de suivi, lien de suivi, code de suivi, suivre, page de suivi, scan!, scanné*, ce qui bloque, bloque!, retient, traîne, aucune nouvelle, sans nouvelle, sans nouvelles, de nouveau, confirmation d'expédition, mail d'expédition, dans l'entrepôt, à l'entrepôt, en est, où ça en est, du nouveau, du neuf",
    ),
    (
        I::Sent,
        1,
        "expédié*, expédition, envoyé*, parti!, partie!, partis, en route, en chemin, emballé*, préparé*, remis au transporteur, pris en charge, en transit, acheminement, sorti de, chargé, été expédié, été envoyé, a quitté, quitté votre, quitté l entrepôt, en cours d acheminement, en cours de livraison, tournée",
    ),
    (
        I::Late,
        1,
        "retard*, tarde, devait arriver, devait être, devaient être, aurait dû, aurais dû, dépassé*, en retard, traîne, trop long, lent!, si longtemps, aussi longtemps, autant de temps, si long, est long, tellement long, bien long, met du temps, aussi long, c est normal, lenteur, lente!, toujours pas là, pas encore là, est ce normal",
    ),
    (
        I::Occasion,
        1,
        "anniversaire, mariage, noël, fête!, vacances, voyage, baptême, à temps, avant le, avant samedi|dimanche|vendredi|lundi, pour samedi|dimanche|vendredi|lundi, pour le week, d'ici là, saint valentin, communion, départ",
    ),
    (
        I::Broken,
        1,
        "cassé*, casse!, brisé*, fissur*, fêlé*, félure, fendu*, abîmé*, abimé*, endommag*, dégât*, rayé*, rayure*, éclat!, éclats, éclaté*, ébréché*, déchir*, tordu*, écrasé*, enfoncé*, cabossé*, trou!, mouillé*, trempé*, humide, taché*, tache!, taches, sale!, fuit!, fuite, coulé, renversé, en morceaux, en miettes, mille morceaux, en deux, foutu*, fichu*, détruit*, arraché*, mauvais état, piteux état, sale état, moisi*, n'a pas survécu, pas survécu, inutilisable, plié*, déformé*, esquinté*, bousillé*, amoché*, rompu*, pété*, entrechoqu*, tinte*, ballotte*, cliquet*, fait tomber, en bouillie, troué!, a fui, fui!, collant!, collante, poisseux, répandu, dégouline, félée, fendille*, explosé*, pulvérisé*, ligne au milieu de l écran",
    ),
    (
        I::Unpack,
        1,
        "déball*, ouvrant, ouvert, ouvre!, ouvrir, ouverture, emballage, à l'arrivée, au voyage, le transport, réception",
    ),
    (
        I::Part,
        1,
        "pied!, pieds, anse, poignée*, couvercle, coin!, coins, bec!, bord!, fond!, verre!, vitre, écran, sangle*, fermeture*, bouton*, couture*, charnière*, cadre, surface, côté, semelle*, talon*, bouchon, bras!, manche!, roues, roue!",
    ),
    (
        I::Off,
        1,
        "détaché*, se détache, tombé*, décollé*, se décolle, s'est défait, défait*, desserré, démonté, en main, dans la main, manque un, manque un morceau, branlant, arraché",
    ),
    (
        I::Work,
        1,
        "fonctionn*, marche!, marchent, marchait, s'allume*, allume*, charge!, démarr*, se connecte*, connect*, appair*, chauffe*, ferme!, tient!, tourne!, joue!, s'éteint",
    ),
    (
        I::Fails,
        1,
        "défectueu*, défaut!, en panne, panne!, hs!, clignot*, s'éteint, s'arrête, s'est arrêté, coupe toute seule, coupe tout seul, a lâché, lâché, mort!, grésill*, surchauff*, buggé, bug!, bugue, déconn*, court circuit, message d'erreur, rendu l'âme, grille, grillé, restée dans la main, resté dans la main, plante, vice de fabrication, dysfonctionn*, page d'erreur",
    ),
    (
        I::Wrong,
        1,
        "mauvais!, mauvaise!, mauvaises, erreur!, autre!, autre chose, différent*, à la place, au lieu, pas le bon, pas la bonne, pas les bons, pas les bonnes, quelqu'un d'autre, échangé par erreur, inversé*, confusion, trompé*, ne correspond*, correspond pas, rien à voir, une autre, un autre, d'un autre, n est pas à moi, pas à moi, pas le mien, pas la mienne, le contenu non, contenu n est pas",
    ),
    (
        I::Ordered,
        1,
        "acheté*, voulais, voulu, choisi*, payé!, payée, payées, payés, demandé*, pris!, prises, besoin, il me faut, j'avais pris, moi c'est, ai commandé, avais commandé, avons commandé, avions commandé, a commandé, que vous avez commandé, devait comporter, doit comporter, devait contenir, devait y avoir",
    ),
    (
        I::Inside,
        1,
        "dans le colis, dans le carton, dans la boîte, dedans, reçu!, reçue, reçois, trouve!, trouvé, envoyé*, arrivé!, arrivée!, livré!, contenait, contient, m'avez mis, m'avez envoyé, y avait, il y a!, on m'a, là c'est, à l'intérieur, découvre, eu!",
    ),
    (
        I::Lacking,
        1,
        "manqu*, incomplet*, incomplète, oublié de mettre, pas dans le, n'était pas dans, n'y était pas, pas fourni*, pas inclus, absent*, il en manque, partielle, reste de la commande, pas tout, sans les vis",
    ),
    (
        I::Only,
        1,
        "qu'un, qu'une, que deux, que trois, seulement, un seul, une seule, la moitié, au lieu de deux|trois|quatre, sur deux|trois|quatre, sur les deux|trois|quatre, seul!, seule!, uniquement, moitié, j en ai un|deux|trois|quatre, n en ai que, en ai reçu que",
    ),
    (
        I::Kind,
        1,
        "taille!, couleur*, modèle, version, coloris, référence, produit!, article!, pointure, motif, parfum, teinte",
    ),
    (
        I::Shown,
        1,
        "site!, page!, photo*, image*, description, décrit*, annonce*, promis*, étiquette dit, présenté*, sur internet, fiche, catalogue, ressemble, vantée, publicité, mentionné",
    ),
    (
        I::Return,
        1,
        "retour!, retourn*, renvoy*, renvoi*, rendre, rend!, repart!, repartir, retours, ramener, reprenez, reprendre, rapporter, me débarrasser, doit repartir, va repartir, reprise!",
    ),
    (
        I::Swap,
        1,
        "échang*, remplacer, remplacez, taille au-dessus, taille au dessus, taille en dessous, autre taille, autre couleur, plus grand!, plus petit!, à la place, pointure au, troquer",
    ),
    (
        I::Fit,
        1,
        "trop petit*, trop grand*, trop serré*, trop court*, trop long*, trop large*, trop étroit*, me serre, serre!, serrent, ne me va pas, me va pas, ne vont pas, me vont pas, ne passe pas, rentre pas, plus petit que, plus grand que, taille petit, taille grand, flotte",
    ),
    (
        I::Dislike,
        1,
        "pas pour moi, plaît pas, plait pas, me plaît, me plait, plaisent pas, déteste*, n'aime pas, aime pas, aime plus, pas mon, pas à mon goût, goût!, déçu*, pas convaincu*, imaginais, imaginé, attendais, ne convient pas, convient pas, ne va pas avec, regrette*, pas emballé*, pas fan",
    ),
    (
        I::Unused,
        1,
        "jamais porté*, jamais servi, jamais utilisé*, pas porté, étiquette!, étiquettes, emballage d'origine, pas ouvert, non ouvert, non porté*, non utilisé*, encore dans, encore emballé, sous plastique, sous blister, état neuf, pas utilisé, intact, comme neuf, est neuf, encore neuf, toute neuve, tout neuf, comme neuve, est neuve",
    ),
    (
        I::How,
        1,
        "comment, adresse de retour, à quelle adresse, étiquette!, étiquette retour, bordereau, formulaire, procédure, démarche*, marche à suivre, que dois, dois je, faut il, faut-il, la poste!, la chercher, le chercher, venez, qui paie, frais!, délai, combien de temps ai, modalités, quoi faire, fait on, où dois, où renvoyer, où envoyer, où retourner, où faut, où puis",
    ),
    (
        I::Cancel,
        1,
        "annul*, résili*, rétract*, stopp*, bloquer, arrêter, arrêtez, laissez tomber, retirer, supprim*, avant que ~ emballé|parte|expédié, avant l'expédition, défaire, renonc*, oubliez, trop tard, interromp*, abandonner la, abandonner l",
    ),
    (
        I::Mistake,
        1,
        "par erreur, erreur!, mégarde, sans faire exprès, deux fois, double!, doublon, mauvais compte, mauvais bouton, cliqué*, trop vite, par accident, mon fils, ma fille, me suis trompé*, fausse manip*, identiques",
    ),
    (
        I::Needless,
        1,
        "plus besoin, pas besoin, n'en veux plus, en veux plus, n'en veux pas, ne veux plus, ne la veux plus, ne le veux plus, ne les veux plus, changé d'avis, trouvé moins cher, trouvé la même, trouvé le même, moins cher ailleurs, pas utile, plus utile, n'aurons pas besoin, n'a pas lieu, inutile, ne me sert, en ai déjà, avons déjà, ailleurs, décidé, finalement ~ pas|plus",
    ),
    (
        I::Hold,
        1,
        "expédiez, expédier, envoyez, envoyer, livrez, livrer!, partir, soit livré, soit livrée, être livré*",
    ),
    (
        I::Money,
        1,
        "argent, rembours*, sous!, somme, montant, crédit!, crédité*, avoir!, virement, euros, euro!, fric, thune, thunes, pognon, prix payé, ce que j'ai payé, dédommag*, indemnis*, régl*",
    ),
    (
        I::Back,
        1,
        "rembours*, récupérer, rendez, rendre, sur ma carte, sur mon compte, recréditer, me rendre, restitu*, de retour, revoir",
    ),
    (
        I::Account,
        1,
        "compte!, carte!, relevé*, banque, paypal, carte bancaire, cb!, bancaire",
    ),
    (
        I::Returned,
        1,
        "renvoyé*, retourné*, rendu*, mon retour, colis retour, avez mon retour, réexpédié*, rapporté*, ramené*, avez récupéré, bien reçu mon retour, avez reçu le retour, retour ~ arrivé|reçu",
    ),
    (
        I::Charged,
        1,
        "débité*, prélev*, facturé*, encaissé*, débit!, payé!, paiement*, ponctionn*, pris!",
    ),
    (
        I::Twice,
        1,
        "deux fois, 2 fois, 2x, double!, en double, doublon, deux prélèvements, deux paiements, deux débits, même montant, une seconde fois",
    ),
    (
        I::Address,
        1,
        "adresse*, adrese, rue!, numéro de rue, code postal, étage, bâtiment, appartement, appart, immeuble, digicode, interphone, entrée!, ville",
    ),
    (
        I::Change,
        1,
        "chang*, modif*, corrig*, nouvelle!, nouveau!, ancienne!, ancien!, mauvaise!, fausse!, erreur, oublié*, trompé*, rectif*, plutôt, au lieu, manque, mettre à jour, autre!, ajouter, ajoutez, pas la bonne, remplacer, précis*",
    ),
    (
        I::Move,
        1,
        "déménag*, nouvel appartement, nouveau logement, n'habite plus, habite plus, habite maintenant, nouvelle maison, logé*, emménag*",
    ),
    (
        I::Elsewhere,
        1,
        "bureau, travail!, boulot, chez le voisin, chez la voisine, chez mes parents, chez ma mère, chez ma, chez mon, point relais, relais!, ailleurs, autre endroit, rediriger, dévier, entreprise, plutôt qu'à, autre ville, consigne, autre adresse, lieu de vacances, hôpital",
    ),
    (
        I::Ask,
        1,
        "est ce que, est-ce, est il, est elle, sont ils, sont elles, peut on, puis je, puis-je, peut-on, y a t il, y a-t-il, avez vous, existe*, quel*, quelle*, combien, comment, faites vous, livrez vous, question, savoir, quoi!, ça va, qu'en, c'est en, en quoi, ma commande est, mon colis est, c'est normal, est ce normal, est-ce normal",
    ),
    (
        I::Trait,
        1,
        "matière*, matériau*, tissu, lavage, laver, lavable, lave vaisselle, lave linge, machine!, sèche linge, repass*, dimension*, mesure*, centimètre*, cm!, haut!, hauteur, largeur, longueur, large!, poids, pèse, volt*, ampoule, étanche, imperméable, en stock, disponible*, dispo, rétréci*, déteint, couleurs, tailles, plus grand!, conseill*, recommand*, compatible*, adapté*, convient à, végan, vegan, cuir, laine, coton, bio!, certifi*, fabriqué*, fabrication, composition, ingrédient*, allerg*, garantie!, notice, mode d'emploi, montage, livrez en, emballage cadeau, paquet cadeau, cadeau!, paiement en, plusieurs fois, boutique où, magasin où, parfum*, sensible*, peluche!, tient au, résist*, avant d'acheter, avant de commander, taille prendre, quelle taille, soldes, garanti!, garantie, différence*, taies, compris dans, livré avec, wattage, watts",
    ),
    (
        I::Invoice,
        1,
        "facture!, factures, reçu de caisse, justificatif*, ticket de caisse, tva!, comptabilité!, comptable!, note de frais, frais professionnels, impôts, preuve d'achat, attestation d'achat, un reçu, duplicata",
    ),
    (
        I::Offer,
        1,
        "réduction*, remise!, promo*, code!, bon de réduction, coupon*, newsletter, panier, rabais, geste commercial, offre!, soldes, moins cher!, ristourne, bon d'achat, % !",
    ),
    (
        I::Happy,
        1,
        "merci pour, merci beaucoup pour, parfait*, super!, génial*, magnifique*, ravi*, content*, heureu*, enchanté*, au top, top!, superbe*, adore*, excellent*, bravo, félicitation*, comme un gant, satisf*, impeccable, nickel, merveill*, compliment*, belle journée grâce, recommanderai, splendide, rien à redire, plus beau, plus belle, plus beaux, plus belles, plus joli, plus jolie, mieux que sur, chapeau, veut plus le lâcher, veut plus la lâcher, veut plus le rendre, ne le quitte plus, ne la quitte plus, chouette, bien terminé, rentré dans l'ordre, avons bien reçu, ai bien reçu, est bien arrivé, sont bien arrivés, remercier pour, remercie pour, remercier de, cinq étoiles, aux anges, sans hésiter, recommand* sans, tout est ok, rien à dire, j adore, géniaux",
    ),
    (
        I::Human,
        1,
        "humain*, personne réelle, vraie personne, une personne, quelqu'un, conseill*, responsable, collègue, un agent, être humain, interlocuteur, vrai!",
    ),
    (
        I::Talk,
        1,
        "parler, appeler, rappel*, téléphon*, joindre, passez moi, passez-moi, contact*, appelez, de vive voix, discuter, appel!",
    ),
    (
        I::Bot,
        1,
        "robot*, bot!, chatbot, machine!, automatique*, ordinateur, ia!, réponses types",
    ),
    (
        I::Growth,
        1,
        "seo!, référencement, google, première page, boost*, vos ventes, votre trafic, influence*, agence, partenariat, collaboration, backlink*, créateurs prêts, tarifs!, grossiste, investissement, prêt personnel, crédit rapide, audit!, boutiques comme, sites comme, chiffre d'affaires, notre société propose, marketing",
    ),
    (I::Match, 1, "correspond*, coïncid*, concord*, conforme"),
    (
        I::Hoped,
        1,
        "serait ~ super|top|génial|parfait|formidable|nickel|gentil, serais ~ ravi|ravie|content|contente|heureux|heureuse, seriez ~ gentil|aimable, seriez un ange",
    ),
];
